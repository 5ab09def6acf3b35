<?php // wordpress drupal
